"""GitHub: what an event asks for, what a review needs done on a pull request, and the hand that does it."""
