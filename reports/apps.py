from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """What the domain adds up to: pages of figures, letters, files to take away. It changes nothing."""

    name = "reports"
    verbose_name = _("Reports")
