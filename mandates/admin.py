"""The Django admin: what no page edits. Who may what is asked of `mandates.rules`, as everywhere.

What an action guards is looked at here and changed on its page: an instruction, the state of a version, a decision on
a suggestion, what a machine read. Bodies, sessions, units, action lines, titles of texts and members are edited here.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import URLField
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from mandates import models, rules
from mandates.actions import sessions

admin.site.site_header = "Mandates"
admin.site.site_title = "Mandates"
admin.site.index_title = _("Behind the pages")

FACTS = "edit sessions"  # who keeps sessions keeps bodies, units and action lines: they come from the same facts


class Ruled:
    """Rights come from the one table. `right` is what it takes to change; whoever is let in here may look."""

    right = ""  # none: nobody changes it here
    may_delete = True

    def _may(self, request: HttpRequest) -> bool:
        return bool(self.right) and rules.may(request.user, self.right)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return rules.may(request.user, "read")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rules.may(request.user, "read")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self._may(request)


class KeptAdmin(Ruled, SimpleHistoryAdmin):
    """Rows whose history is kept."""


class ReadAdmin(Ruled, SimpleHistoryAdmin):
    """Rows that an action guards: looked at here, with the sentence that says where they are changed."""

    readonly_fields = ["where_changed"]
    door_words: Any = _("Changed on its page, so that its history says who and why.")

    @admin.display(description=_("to change it"))
    def where_changed(self, row: Any) -> SafeString | str:
        address = self.door(row)
        if not address:
            return str(self.door_words)
        return format_html('{} <a href="{}">{}</a>', self.door_words, address, _("Go there"))

    def door(self, row: Any) -> str:
        return str(row.get_absolute_url())


class ReadOnlyAdmin(Ruled, admin.ModelAdmin):
    """Rows that a reading made and nobody changes."""


# ── Our facts ────────────────────────────────────────────────────────────────────────────────────────────────────


@admin.register(models.Body)
class BodyAdmin(KeptAdmin):
    right = FACTS
    list_display = ["code", "name", "short_name", "house", "parent"]
    list_filter = ["house"]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "short_name"]
    autocomplete_fields = ["parent"]


class NewSessionForm(forms.ModelForm):
    """A session as the action that announces it takes it."""

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip()
        if "/" in code:
            raise forms.ValidationError(_("A code stands in addresses: write it without a stroke."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        deadline, ends = cleaned.get("document_deadline"), cleaned.get("ends")
        if deadline and ends and deadline > ends:
            self.add_error("document_deadline", _("The document deadline lies after the session."))
        return cleaned


@admin.register(models.Session)
class SessionAdmin(KeptAdmin):
    """Announced here through its action; its dates and state move tasks, so they are changed on its page."""

    right = FACTS
    form = NewSessionForm
    moves_tasks = ("code", "body", "starts", "ends", "precision", "document_deadline", "place", "state")
    list_display = ["code", "name", "dates", "place", "state", "document_deadline"]
    list_filter = ["state", "precision", "body"]
    list_select_related = ["body"]
    search_fields = ["code", "name", "place"]
    autocomplete_fields = ["body"]
    date_hierarchy = "starts"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.moves_tasks, "where_changed") if obj else ()

    @admin.display(description=_("to change its dates"))
    def where_changed(self, row: models.Session) -> SafeString:
        address = reverse("session-move", args=[row.code])
        words = _("Dates, place and state are changed on its page: tasks move with them.")
        return format_html('{} <a href="{}">{}</a>', words, address, _("Go there"))

    def save_model(self, request: HttpRequest, obj: models.Session, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        names = ("code", "body", "name", "number", "starts", "ends", "precision", "document_deadline", "place")
        held = sessions.announce(
            **{name: getattr(obj, name) for name in (*names, "state", "source")},
            by=cast("models.Member", request.user),
            at=timezone.now(),
        )
        held.aliases = obj.aliases
        held.save(update_fields=["aliases"])
        obj.pk = held.pk
        obj.refresh_from_db()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # one that will not take place is cancelled on its page

    def view_on_site(self, row: models.Session) -> str:
        return reverse("session", args=[row.code])


@admin.register(models.Unit)
class UnitAdmin(KeptAdmin):
    right = FACTS
    view_on_site = False
    list_display = ["abbr", "name", "kind", "parent"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["abbr", "name"]
    autocomplete_fields = ["parent"]


@admin.register(models.ActionLine)
class ActionLineAdmin(KeptAdmin):
    right = FACTS
    list_display = ["code", "short", "title", "itu_role", "position"]
    list_filter = ["itu_role"]
    search_fields = ["code", "title", "short"]
    autocomplete_fields = ["parent"]
    filter_horizontal = ["goals"]


@admin.register(models.Goal)
class GoalAdmin(ReadOnlyAdmin):
    list_display = ["number", "title"]
    search_fields = ["title"]


@admin.register(models.Addressee)
class AddresseeAdmin(Ruled, admin.ModelAdmin):
    """Whom the words name: here it is said which unit of ours that is."""

    right = "edit instructions"
    may_delete = False
    list_display = ["name", "house", "unit"]
    list_filter = ["house"]
    list_select_related = ["unit"]
    search_fields = ["name"]
    autocomplete_fields = ["unit"]
    readonly_fields = ["name", "house"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a text names it, or nobody does


# ── Texts ────────────────────────────────────────────────────────────────────────────────────────────────────────


@admin.register(models.Resolution)
class ResolutionAdmin(KeptAdmin):
    """Its title and its publisher's address can be mended; what citations resolve by stays."""

    right = "change versions"
    may_delete = False
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    list_display = ["key", "title", "body", "kind"]
    list_filter = ["kind", "body"]
    list_select_related = ["body"]
    search_fields = ["key", "number", "title"]
    readonly_fields = ["key", "slug", "body", "number"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a text comes in as a document


@admin.register(models.Version)
class VersionAdmin(ReadAdmin):
    door_words = _("Its state is changed on its page, where the version in force before it is superseded too.")
    list_display = ["__str__", "resolution", "state", "session", "adopted", "language"]
    list_filter = ["state", "language"]
    list_select_related = ["resolution__body", "session"]
    search_fields = ["label", "resolution__key", "resolution__title"]


@admin.register(models.Paragraph)
class ParagraphAdmin(ReadOnlyAdmin):
    """As it was read: a text is never typed over."""

    list_display = ["address", "version", "change", "text"]
    list_filter = ["change", "section__part"]
    list_select_related = ["version__resolution"]
    search_fields = ["address", "text"]
    show_full_result_count = False


@admin.register(models.Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "symbol", "state", "received_by", "received_at", "size"]
    list_filter = ["state", "format"]
    list_select_related = ["received_by"]
    search_fields = ["original_name", "symbol"]
    exclude = ["file"]  # handed out by its own page, which asks who wants it
    date_hierarchy = "received_at"


@admin.register(models.Citation)
class CitationAdmin(ReadOnlyAdmin):
    list_display = ["text", "key", "kind", "paragraph", "resolution"]
    list_filter = ["kind", ("resolution", admin.EmptyFieldListFilter)]
    list_select_related = ["paragraph", "resolution__body"]
    search_fields = ["text", "key"]
    show_full_result_count = False


# ── Instructions and what leads to them ──────────────────────────────────────────────────────────────────────────


@admin.register(models.Instruction)
class InstructionAdmin(ReadAdmin):
    list_display = ["title", "resolution", "force", "state", "created_by", "created_at"]
    list_filter = ["state", "force", "resolution"]
    list_select_related = ["resolution__body", "created_by"]
    search_fields = ["title", "action"]
    date_hierarchy = "created_at"


@admin.register(models.Schedule)
class ScheduleAdmin(ReadAdmin):
    door_words = _("Changed with its instruction.")
    list_display = ["__str__", "instruction", "session", "due_on", "recurrence", "until"]
    list_filter = ["precision", ("session", admin.EmptyFieldListFilter), "body"]
    list_select_related = ["instruction", "session"]
    search_fields = ["words", "instruction__title"]

    def door(self, row: models.Schedule) -> str:
        return row.instruction.get_absolute_url()


@admin.register(models.Suggestion)
class SuggestionAdmin(ReadAdmin):
    """What the machine read stays as it read it; a person decides in the review."""

    door_words = _("Decided in the review, beside its words.")
    list_display = ["title", "version", "kind", "state", "confidence", "decided_by", "decided_at"]
    list_filter = ["state", "kind", "by_hand"]
    list_select_related = ["version__resolution", "decided_by"]
    search_fields = ["title"]

    def door(self, row: models.Suggestion) -> str:
        address = reverse("review", args=[row.version.resolution.slug, row.version.slug])
        return f"{address}?at={row.paragraph.anchor}#{row.paragraph.anchor}"


@admin.register(models.Doubt)
class DoubtAdmin(ReadAdmin):
    door_words = _("Answered in the review, beside its words.")
    list_display = ["sentence", "version", "code", "answer", "answered_by"]
    list_filter = ["code", ("answer", admin.EmptyFieldListFilter)]
    list_select_related = ["version__resolution", "answered_by"]
    search_fields = ["sentence", "text", "answer"]

    def door(self, row: models.Doubt) -> str:
        return reverse("review", args=[row.version.resolution.slug, row.version.slug])


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────


@admin.register(models.Member)
class MemberAdmin(Ruled, UserAdmin):
    """Who may log in, and as what. A member who has left is made inactive: the record keeps the name."""

    right = "edit members"
    may_delete = False
    list_display = ["username", "first_name", "last_name", "email", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active", "is_staff"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Role"), {"fields": ["role", "is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"classes": ["wide"], "fields": ["username", "email", "role", "usable_password", "password1", "password2"]},
        )
    ]
    filter_horizontal = ()

    def save_model(self, request, obj, form, change) -> None:
        """Another address has refused nothing yet: letters go to it."""
        if "email" in form.changed_data:
            obj.mail_failed_at, obj.mail_failed_why = None, ""
        super().save_model(request, obj, form, change)
