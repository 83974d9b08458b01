"""What this room writes into the audit chain, in words (したこと)."""

from django.utils.translation import gettext_lazy as _

LABEL = _("業務量調査")
VERBS = {
    "workload.upload": _("業務量調査のファイルを入れた"),
    "workload.map_columns": _("調査の列を対応させた"),
    "workload.import": _("業務量調査を取り込んだ"),
    "workload.stop_import": _("調査の取込をやめた"),
    "workload.undo_import": _("調査の取込を取り消した"),
    "workload.choose": _("見直しの候補に選んだ"),
    "workload.choose_back": _("見直しの候補から外した"),
    "workload.measure": _("作業を計測済みにした"),
}
