return flow.walk() and 1 or 0
