"""The addresses of `mandates`: pages on which people work. Pages that only read are in `reports.urls`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from mandates.views import (
    assignments,
    bulk,
    documents,
    feeds,
    gallery,
    inputs,
    instructions,
    posts,
    review,
    saved_views,
    schedules,
    sessions,
    suggestions,
    tasks,
    versions,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("texts/bring-in/", documents.bring_in, name="bring-in"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/progress/", documents.progress, name="document-progress"),
    path("documents/<int:pk>/again/", documents.again, name="document-again"),
    path("documents/<int:pk>/file/", documents.file, name="document-file"),
    path("texts/<slug:slug>/<slug:version>/review/", review.review, name="review"),
    path(
        "texts/<slug:slug>/<slug:version>/review/confirm-certain/",
        review.confirm_certain,
        name="review-confirm-certain",
    ),
    path("suggestions/<int:pk>/confirm/", suggestions.confirm, name="suggestion-confirm"),
    path("suggestions/<int:pk>/edit/", suggestions.edit, name="suggestion-edit"),
    path("suggestions/<int:pk>/reject/", suggestions.reject, name="suggestion-reject"),
    path("suggestions/<int:pk>/undo/", suggestions.undo, name="suggestion-undo"),
    path("suggestions/<int:pk>/split/", suggestions.split, name="suggestion-split"),
    path("suggestions/<int:pk>/merge/", suggestions.merge, name="suggestion-merge"),
    path("paragraphs/<int:pk>/add/", suggestions.add, name="paragraph-add"),
    path("doubts/<int:pk>/answer/", suggestions.answer_doubt, name="doubt-answer"),
    path("doubts/<int:pk>/ask-again/", suggestions.ask_again, name="doubt-ask-again"),
    path("gallery/", gallery.gallery, name="gallery"),
    # ── From the reading pages ──
    path("texts/<slug:slug>/<slug:version>/state/", versions.state, name="version-state"),
    path("instructions/<int:pk>/edit/", instructions.edit, name="instruction-edit"),
    path("sessions/<str:code>/move/", sessions.move, name="session-move"),
    # ── The coordinator's pages of the work ──
    path("work/all/change/", bulk.change, name="tasks-bulk"),
    path("work/all/views/keep/", saved_views.keep, name="view-keep"),
    path("work/all/views/<int:pk>/forget/", saved_views.forget, name="view-forget"),
    path("instructions/<int:pk>/schedule/", schedules.change, name="schedule-change"),
    path("instructions/<int:pk>/assign/", assignments.assign, name="instruction-assign"),
    path("instructions/<int:pk>/reassign/", assignments.reassign, name="instruction-reassign"),
    path("assignments/<int:pk>/confirm/", assignments.confirm, name="assignment-confirm"),
    path("assignments/<int:pk>/reject/", assignments.reject, name="assignment-reject"),
    path("units/<int:pk>/posts/", posts.make, name="post-make"),
    path("posts/<int:pk>/hand-over/", posts.hand_over, name="post-hand-over"),
    path("posts/<int:pk>/deputy/", posts.deputy, name="post-deputy"),
    # ── Where a task stands ──
    path("tasks/<int:pk>/update/", tasks.update, name="task-update"),
    path("tasks/<int:pk>/still-so/", tasks.still_so, name="task-still-so"),
    path("tasks/<int:pk>/approve/", tasks.approve, name="task-approve"),
    path("tasks/<int:pk>/return/", tasks.return_, name="task-return"),
    path("tasks/<int:pk>/nothing-due/", tasks.nothing_due, name="task-nothing-due"),
    path("tasks/<int:pk>/reopen/", tasks.reopen, name="task-reopen"),
    path("tasks/<int:pk>/comment/", tasks.comment, name="task-comment"),
    path("tasks/<int:pk>/inputs/ask/", inputs.ask, name="input-ask"),
    path("inputs/<int:pk>/received/", inputs.receive, name="input-receive"),
    path("inputs/<int:pk>/take-back/", inputs.take_back, name="input-take-back"),
    path("inputs/<int:pk>/withdraw/", inputs.withdraw, name="input-withdraw"),
    path("evidence/<int:pk>/show/", tasks.evidence_show, name="evidence-show"),
    path("evidence/<int:pk>/", tasks.evidence_file, name="evidence-file"),
    # ── Calendars ──
    path("feeds/", feeds.feeds_page, name="feeds"),
    path("feeds/<int:pk>/renew/", feeds.renew, name="feed-renew"),
    path("feeds/<int:pk>/end/", feeds.end, name="feed-end"),
]
