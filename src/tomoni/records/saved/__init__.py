"""Personal views (自分の一覧): what a person keeps of lists, boards and charts for themselves."""
