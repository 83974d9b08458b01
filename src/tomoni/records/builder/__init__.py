"""The builder (つくる): a draft of an app's form with its steps, pages to edit, compare, deploy and try it."""
