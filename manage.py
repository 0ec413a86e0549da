#!/usr/bin/env python
"""Django's command line for Mandates: `python manage.py help` lists what there is."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.stack import in_one_piece

    in_one_piece(execute_from_command_line, sys.argv)


if __name__ == "__main__":
    main()
