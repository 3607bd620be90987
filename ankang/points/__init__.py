"""Points (积分): a voluntary ledger that nothing else depends on.

Counting, evaluation and payment may not import it (contract `money`).
"""
