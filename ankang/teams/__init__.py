"""Friends by mutual consent, and short team seasons that end and rest.

Facts come from practice, never from points, and nothing that money, scores or proofs
hang on may import this app (contract `money`).
"""
