from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MandatesConfig(AppConfig):
    """The domain: texts, instructions and those who owe them."""

    name = "mandates"
    verbose_name = _("Mandates")
