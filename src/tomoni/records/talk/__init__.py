"""Talk about records (コメントと通知): comments with mentions, notices of apps, reminders, the daily digest."""
