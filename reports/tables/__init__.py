"""The table that people have today, out and in again: CSV and Excel, without loss and never by halves.

`columns` says what stands in it, `write` takes it out, `read` brings a file in as text, `preview` says row by row what
would change and what stands against it, and applies it: all rows or none.
"""
