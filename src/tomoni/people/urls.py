"""Addresses of the room; the names of allauth's own pages stay theirs."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import include, path

from tomoni.people.views import departments, me, users

room = [
    path("me/", me.me, name="me"),
    path("me/tokens/", me.tokens, name="tokens"),
    path("me/tokens/<int:token_id>/revoke/", me.revoke, name="revoke_token"),
    path("accounts/password/link/<str:key>/<str:token>/", me.set_password, name="set_password"),
    path("settings/people/", users.users, name="users"),
    path("settings/people/new/", users.new_user, name="new_user"),
    path("settings/people/<int:user_id>/", users.user, name="user"),
    path("settings/people/<int:user_id>/<slug:what>/", users.change, name="change_user"),
    path("settings/departments/", departments.departments, name="departments"),
    path("settings/departments/new/", departments.new_department, name="new_department"),
    path("settings/departments/<slug:code>/", departments.department, name="department"),
    path(
        "settings/departments/<slug:code>/plans/<int:version_id>/cancel/",
        departments.cancel_plan,
        name="cancel_department_plan",
    ),
    path("settings/departments/<slug:code>/close/", departments.close, name="close_department"),
]

# Only the pages of allauth that this product has; sign-up is closed but its name must resolve.
allauth = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/2fa/", mfa.index, name="mfa_index"),
    path("accounts/2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/2fa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "accounts/2fa/recovery-codes/generate/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "accounts/2fa/recovery-codes/download/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("accounts/sessions/", sessions.list_usersessions, name="usersessions_list"),
]

urlpatterns = [path("", include((room, "people"))), *allauth]
