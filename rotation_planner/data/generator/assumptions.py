"""What a district is taken to look like: every number of the generator with its reason, in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

URBAN, TOWN, RURAL, REMOTE = range(4)
LOCATIONS = ("urban", "town", "rural", "remote")
QUALITY, GENERAL, WEAK = range(3)
TIERS = ("quality", "general", "weak")


class Staffing(NamedTuple):
    """In hundredths: how many schools of a location stand above, at and below their limit."""

    over: int
    at: int
    under: int


class Size(NamedTuple):
    """Staff of a typical school by location: urban, town, rural, remote. Only the proportions matter."""

    urban: int
    town: int
    rural: int
    remote: int


@dataclass(frozen=True)
class Assumptions:
    """The invented district. Shares are in hundredths unless the comment says otherwise."""

    # ---- size ----
    # Staff for a number of schools, read between these points: small districts are rural, large ones have big schools.
    usual_schools: tuple[int, ...] = (0, 20, 60, 200, 1200)
    usual_staff: tuple[int, ...] = (0, 1000, 5000, 20000, 100000)
    fewest_schools: int = 4  # below, nobody has a place to go to
    fewest_staff_a_school: int = 9  # six classes, a principal and a deputy

    # ---- schools ----
    zone_size: int = 7  # the source speaks of zones of near schools; 5 to 10 is usual
    urban_zones: int = 40
    zones_for_an_island: int = 6  # only a district of that many zones has an island zone
    town_in_township: int = 38  # schools of a township zone that stand in the town itself
    kindergartens: int = 5  # out of scope, there for realism; from the size below on
    senior_highs: int = 4
    privates: int = 3
    out_of_scope_from: int = 20  # fewer schools than that are all public compulsory schools
    nine_year: int = 13  # of the public compulsory schools
    junior: int = 25
    quality: int = 28  # the source caps quality and weak at 30 each
    weak: int = 27
    schools_a_group: int = 9  # one education group for so many schools
    sizes: dict[str, Size] = field(
        default_factory=lambda: {
            "primary": Size(105, 66, 27, 14),
            "junior": Size(125, 80, 46, 24),
            "nine": Size(165, 105, 56, 28),
            "kindergarten": Size(42, 30, 20, 12),
            "senior": Size(190, 150, 120, 60),
        }
    )
    # City schools grow faster than their posts are approved; towns lose teachers to them; small rural schools keep
    # more people than the standard per pupil gives.
    staffing: tuple[Staffing, ...] = (
        Staffing(38, 24, 38),
        Staffing(20, 18, 62),
        Staffing(45, 18, 37),
        Staffing(20, 20, 60),
    )
    most_over: int = 4  # of the staff
    most_under: int = 7
    # National standard: pupils per post, times two so that 13.5 and 12.5 stay whole numbers.
    pupils_per_two_posts: tuple[int, ...] = (14, 38, 27, 25)
    # Small rural schools are given posts by class as well, hence fewer pupils per post: as a share of the standard.
    rural_pupils: tuple[int, int] = (45, 80)
    remote_pupils: tuple[int, int] = (25, 50)
    small_school: int = 40  # staff; such schools are given posts by class, their deputies teach full time
    primary_part_of_nine_year: int = 58  # six of nine grades, at fewer teachers a class
    class_size: tuple[int, ...] = (28, 44, 46, 48)

    # ---- posts ----
    deputies: tuple[tuple[int, int], ...] = ((0, 1), (25, 2), (70, 3), (130, 4))  # from so much staff on, so many
    chiefs: tuple[tuple[int, int], ...] = ((0, 1), (20, 2), (45, 4), (90, 5))
    middle_deputies: tuple[tuple[int, int], ...] = ((0, 0), (40, 1), (70, 2), (110, 4))
    vacant_deputy: int = 22  # schools with one deputy's post free
    vacant_middle: int = 25
    support: int = 5  # of the staff
    # Senior and intermediate posts by stage, in thousandths of the limit, give or take a tenth.
    senior_posts: tuple[int, ...] = (50, 105, 205, 280)
    intermediate_posts: tuple[int, ...] = (380, 430, 430, 400)
    full_of_seniors: int = 35  # schools in which every senior post is held
    fill: tuple[int, int] = (62, 96)  # elsewhere

    # ---- people ----
    age_from: tuple[int, ...] = (22, 26, 31, 36, 41, 46, 51, 56)  # first age of each band; the last ends at 59
    # Cities hired much in the last decade; the countryside has many over 50 and few in their thirties.
    ages: tuple[tuple[int, ...], ...] = (
        (7, 16, 17, 16, 17, 15, 10, 2),
        (8, 15, 15, 13, 17, 17, 12, 3),
        (9, 14, 11, 10, 14, 19, 18, 5),
        (12, 16, 11, 9, 12, 18, 17, 5),
    )
    women: tuple[int, ...] = (97, 75, 62, 56)  # by stage
    women_by_age: tuple[int, ...] = (5, 6, 4, 2, 0, -6, -14, -90)  # older cohorts were more often men
    women_principals: int = 38
    women_deputies: int = 50
    career_for_long: int = 9  # years in one school that the dalian rule asks
    # Long-servers (9 years and more) among a school's teachers: three sorts of school, share of schools and range.
    long_serving: tuple[tuple[int, int, int], ...] = ((18, 2, 12), (54, 15, 30), (28, 30, 50))
    never_elsewhere: int = 25  # of the long-servers: have been in the school since they were hired
    leader_terms: tuple[int, ...] = (14, 14, 13, 12, 11, 9, 8, 7, 5, 3, 2, 2)  # years in post, 1 to 12
    duty_men_until: int = 55  # ages of the duty, both inclusive
    duty_women_until: int = 50
    term_years: int = 3
    backbone: tuple[int, ...] = (25, 13, 7)  # by tier: titles gather in quality schools
    backbone_levels: tuple[int, ...] = (36, 37, 20, 6, 1)  # school, county, city, province, national
    other_subjects: int = 10
    other_stages: int = 2
    home_known: int = 88
    commutes: int = 30  # of those in towns and villages: live in the city
    funded: int = 25  # of those within six years of their first post, in thousandths
    points_known: int = 35
    rare_name: int = 6  # in thousandths
    one_character_name: int = 14

    # ---- what happens to people (per thousand of staff) ----
    exemptions: dict[str, int] = field(
        default_factory=lambda: {
            "pregnancy": 9,
            "nursing": 11,
            "illness": 7,
            "course_lead": 5,
            "research_lead": 2,
            "sanction": 2,
            "investigation": 1,
            "absence": 1,
            "hardship": 3,
            "other": 1,
        }
    )
    expired: int = 25  # hundredths of the exemptions other than pregnancy: over by the day of counting
    wish_of_long_server: int = 34  # hundredths
    wish_of_others: int = 12  # thousandths
    wish_over_age: int = 15  # hundredths of those over the age with nine years
    spouses: int = 40  # couples, per thousand of staff both counted
    same_school: int = 25  # hundredths of the couples work in one school
    other_kin: dict[str, int] = field(
        default_factory=lambda: {"parent_child": 5, "sibling": 6, "collateral": 3, "in_law": 4}
    )
    excellent: int = 16
    supported: int = 6  # hundredths of staff with a year of support teaching behind them
    exchanged: int = 35  # of the earlier posts of less than four years

    # ---- the plan that is planted so that there is one (see planted.py) ----
    share_quality: int = 15
    share_general: int = 10
    share_leaders: int = 15
    share_backbone: int = 22  # two above what the rule asks: slack for other readings
    cap_school: int = 4  # a quarter of the staff
    cap_subject: int = 2  # a half of the group
