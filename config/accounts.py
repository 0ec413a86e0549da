"""Who may come in: members whom the secretariat has named, by password or by the organisation's single sign-on."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class MemberAdapter(DefaultAccountAdapter):
    """Log-in with a password. Signing up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Log-in by OpenID Connect. It opens the door to the member with the same address, and makes no new member."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False
