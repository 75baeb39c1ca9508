"""Conversions composed at random, that nobody tuned to: a made-up table of a domain, perhaps a filter, perhaps a row step, and
output columns of many kinds of expression. What is expected is computed here in Python, apart from all that the learner knows.
"""
