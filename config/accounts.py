"""Who may come in: members whom the secretariat has named, by password or by the organisation's single sign-on."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage


class MemberAdapter(DefaultAccountAdapter):
    """Log-in with a password. Signing up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Log-in by OpenID Connect. It opens the door to the member with the same address, and makes no new member."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False


class MemberLoginForm(LoginForm):
    """The form of the log-in page, in the words of its readers: its labels say it all, so its boxes are empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Name or mail address")
        self.fields["remember"].label = _("Stay logged in on this computer")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SecondStepAdapter(DefaultMFAAdapter):
    """The second step of log-in: its picture stands on white, so that a camera can read it on a dark page too."""

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode().partition("?>")[2]  # within a page it needs no XML declaration
