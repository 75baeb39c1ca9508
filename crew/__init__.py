"""The agents that finish a converter where synthesis leaves something open: Planner, Coder and Tester, on CrewAI.

`learn.learn` is the way in. CrewAI itself is imported where an agent is asked, and nowhere else.
"""
