"""What the tables of people keep, with those of the sign-in library."""

from __future__ import annotations

from tomoni.core.personal_register import Data

_PLACE = "担当と権限を、その日の組織で決めるため"
_KEPT = "利用者の登録がある間（履歴に残る名前のため、退職しても消さずに利用を止める）"

MODELS = {
    "people.User": Data(
        "サインインと、だれがしたかの表示のため",
        _KEPT,
        none="kind",
        personal="password last_login date_joined username email display_name is_active",
    ),
    "people.User_groups": Data(_PLACE, _KEPT),
    "people.User_user_permissions": Data(_PLACE, _KEPT),
    "people.Department": Data("組織の変わり目をたどるため", "消さない", none="code"),
    "people.DepartmentVersion": Data("組織の変わり目をたどるため", "消さない", none="name level telephone"),
    "people.Membership": Data(_PLACE, _KEPT, personal="position department is_head is_primary"),
    "people.RoleAssignment": Data(_PLACE, _KEPT, personal="role"),
    "people.ApiToken": Data(
        "本人に代わって使う道具を確かめるため",
        "取り消したあとも、監査のため残す（要約だけ）",
        none="label prefix digest scopes app_code",
        personal="last_used_at",
    ),
    "account.EmailAddress": Data("サインインのため", _KEPT, personal="email"),
    "account.EmailConfirmation": Data("使っていない（メールでの登録はない）", "なし", none="key"),
    "mfa.Authenticator": Data("2段階の確認のため", "本人か管理者が外すまで", none="type", personal="data"),
    "sessions.Session": Data(
        "サインインを続けるため", "長くて12時間（設定による）", none="session_key", personal="session_data"
    ),
    "usersessions.UserSession": Data(
        "本人が、自分のサインインしている機器を確かめるため",
        "サインアウトするまで",
        none="session_key",
        personal="ip user_agent data last_seen_at",
    ),
}
