"""Faults, tried for real: `make faults`, or `make faults ROW=E1`. What each row proves stands in `docs/faults.md`.

A module of this package with `ROWS` (id → function) is found by itself. A row is a function of a `Trial` that gives an
`Outcome`; its docstring is the sentence of the row. It runs in a process of its own, on a database of its own, with the
real web process, worker and servers where it asks for them, and nothing of it is left behind.
"""
