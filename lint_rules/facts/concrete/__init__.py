"""Reads what `ast` of the running Python cannot: newer syntax, by libcst.

The concrete tree is turned into the `ast` tree that a newer Python would have made, so
that one reader makes the facts of both. Only what the facts are made of is carried
over: positions are where nodes start, and contexts tell bindings from uses.
"""
