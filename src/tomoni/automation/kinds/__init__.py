"""Kinds of action (動作): mail, notice, set fields, process action. Others register with `automation.registry.kind`."""
