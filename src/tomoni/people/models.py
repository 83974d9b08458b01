"""People and the dated department tree (人と組織)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with a sign-in (利用者). `username` is the login; names are personal data."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("職員")
        PARTNER = "partner", _("協力者")
        RESIDENT = "resident", _("住民")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(_("氏名"), max_length=100)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STAFF)
    demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.display_name or self.username


class Department(models.Model):
    """A department's identity (部・課・係); its name and place in the tree are dated versions."""

    code = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.code


class DepartmentVersion(models.Model):
    """A department from one day to another: half-open `[valid_from, valid_to)`; `valid_to` None = until further."""

    class Level(models.TextChoices):
        DIVISION = "division", _("部")
        SECTION = "section", _("課")
        TEAM = "team", _("係")

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="child_versions"
    )
    telephone = models.CharField(max_length=30, blank=True)
    order = models.PositiveIntegerField(default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["department", "valid_from"])]
        ordering = ["order", "department_id", "valid_from"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person in a department with a position (所属・職), half-open `[valid_from, valid_to)`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="memberships")
    position = models.CharField(_("職"), max_length=50, blank=True)
    is_head = models.BooleanField(default=False)
    is_primary = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "valid_from"])]


class RoleAssignment(models.Model):
    """A role held from one day to another (役割): clerk, dx, manager, admin, resident, partner."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "valid_from"])]


class ApiToken(models.Model):
    """An API token: only its SHA-256 is kept; scoped and expiring."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    label = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    app_code = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
