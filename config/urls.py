"""The addresses of the whole house. All are behind log-in, but for log-in itself, the choice of language and health."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from config import views

# The admin's own log-in form knows neither rate limits nor second factors: it sends people to ours.
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", views.health, name="health"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("account/email/", views.account, name="account_email"),  # in the place of allauth's, where addresses are added
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("reports.urls")),
    path("", include("mandates.urls")),
]
