"""Announcing, drawing and closing a retest; sitting it."""
