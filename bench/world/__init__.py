"""A made-up organization of a given size, as it would be after six years of work: see `make` in `making`.

It lies here, above all other rooms, so that no page can come to rest on it.
"""
