"""Measurements against a floor taken in the same run: how much of the time is ours, on any machine."""
