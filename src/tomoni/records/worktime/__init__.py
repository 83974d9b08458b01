"""Working time per record (作業時間): how much time a case takes, never how much a person worked."""
