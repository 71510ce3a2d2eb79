"""Looks at a project that is reviewed for the first time, and writes down what has to be told about it."""
