"""Automation: trigger, condition, action (自動処理)."""
