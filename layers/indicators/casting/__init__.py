"""Figures on units that published none: from parts, forerunners, successors, formula.

A cast figure is an estimate, made when it is read, never stored, and carries how it
was made, from what, and what share of the weights had a value.
"""
