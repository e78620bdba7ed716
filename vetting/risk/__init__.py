"""The risk method CIRP as plain code: graded, dated facts in, a profile that anyone can recompute out.

Numbers in brackets behind a promise, such as (2.3), are sections of the published methodology.
"""
