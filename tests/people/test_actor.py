def test_dx_belongs_to_its_section_and_above(actor, section):
    dx = actor("dx")
    assert section.pk in dx.departments
    assert len(dx.departments) == 2
    assert dx.is_staff
