"""The addresses of `reports`: pages that only read."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import SlugConverter

from reports import views, views_boards, views_letters, views_outlook, views_tables, views_work


class TextConverter(SlugConverter):
    """The slug of a resolution; `texts/bring-in/` is no resolution but the way in."""

    regex = r"(?!bring-in/)[-a-zA-Z0-9_]+"


register_converter(TextConverter, "text")
register_converter(views_boards.DimensionConverter, "board")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("texts/", views.texts, name="texts"),
    path("texts/<text:slug>/", views.resolution, name="resolution"),
    path("texts/<text:slug>/<slug:version>/", views.version, name="version"),
    path("p/<int:pk>/", views.paragraph, name="paragraph"),
    path("instructions/", views.instructions, name="instructions"),
    path("instructions/<int:pk>/", views.instruction, name="instruction"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/<str:code>/", views.session, name="session"),
    # ── What changed, what comes, what is missing ──
    path("changes/", views_outlook.changes, name="changes"),
    path("changes/changes.csv", views_outlook.changes_csv, name="changes-csv"),
    path("changes/changes.xlsx", views_outlook.changes_xlsx, name="changes-xlsx"),
    path("outlook/", views_outlook.outlook, name="outlook"),
    path("missing/", views_outlook.missing, name="missing"),
    # ── The boards ──
    path("boards/trend/", views_boards.trend, name="trend"),
    path("boards/<board:by>/", views_boards.board, name="board"),
    path("boards/<board:by>/board.csv", views_boards.board_csv, name="board-csv"),
    path("boards/<board:by>/board.xlsx", views_boards.board_xlsx, name="board-xlsx"),
    path("boards/<board:by>/<board:across>/", views_boards.matrix, name="matrix"),
    path("boards/<board:by>/<board:across>/matrix.csv", views_boards.matrix_csv, name="matrix-csv"),
    path("boards/<board:by>/<board:across>/matrix.xlsx", views_boards.matrix_xlsx, name="matrix-xlsx"),
    # ── The work ──
    path("work/", views_work.my_work, name="my-work"),
    path("tasks/<int:pk>/", views_work.task, name="task"),
    path("work/all/", views_work.tasks, name="tasks"),
    path("work/all/tasks.csv", views_tables.csv, name="tasks-csv"),
    path("work/all/tasks.xlsx", views_tables.xlsx, name="tasks-xlsx"),
    path("work/all/template.xlsx", views_tables.template, name="tasks-template"),
    path("work/all/import/", views_tables.bring, name="tasks-import"),
    path("units/", views_work.units, name="units"),
    path("units/<int:pk>/", views_work.unit, name="unit"),
    path("calendar/<str:secret>.ics", views_work.feed, name="feed"),
    # ── Letters ──
    path("letters/", views_letters.mine, name="my-letters"),
    path("letters/stop/<str:token>/", views_letters.stop, name="letters-stop"),
    path("letters/log/", views_letters.log, name="letters"),
    path("letters/log/<int:pk>/", views_letters.letter, name="letter"),
    path("letters/log/<int:pk>/html/", views_letters.letter_html, name="letter-html"),
    path("letters/log/<int:pk>/again/", views_letters.letter_again, name="letter-again"),
    path("letters/next/", views_letters.preview, name="letter-preview"),
]
