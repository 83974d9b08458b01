"""The demo municipality ともに市 (見本の町): made-up people and figures, built through the rooms' own actions."""
