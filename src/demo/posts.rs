//! The fictional trust's posts: who works where, under whom, and which training the post brings with it.

use super::dice::Dice;

/// A job in a place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct DemoPost {
    /// Position title.
    pub title: &'static str,
    /// Staff group, as the Electronic Staff Record spells it.
    pub group: &'static str,
    /// Division, directorate, ward.
    pub unit: [&'static str; 3],
}

/// How much safeguarding training a post brings with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Track {
    /// No clinical work: the first levels.
    #[default]
    Support,
    /// Clinical work with adults: the second levels.
    Clinical,
    /// Answering for what becomes of a concern about an adult: level 3 for adults.
    Lead,
    /// Work with children: level 3.
    Children,
    /// Both of the last two.
    ChildrenLead,
    /// Named professionals: level 4.
    Named,
    /// Designated professionals: level 5.
    Designated,
    /// The board.
    Director,
    /// A nurse or doctor on the board.
    ClinicalDirector,
}

impl Track {
    /// The courses it calls for.
    pub(super) fn courses(self) -> &'static [&'static str] {
        match self {
            Self::Support => &["SGC-L1", "SGA-L1", "PREVENT-BASIC"],
            Self::Clinical => &["SGC-L2", "SGA-L2", "PREVENT-AWARE"],
            Self::Lead => &["SGC-L2", "SGA-L3", "PREVENT-AWARE"],
            Self::Children => &["SGC-L3", "SGA-L2", "PREVENT-AWARE"],
            Self::ChildrenLead => &["SGC-L3", "SGA-L3", "PREVENT-AWARE"],
            Self::Named => &["SGC-L4", "SGA-L3", "PREVENT-AWARE"],
            Self::Designated => &["SGC-L5", "SGA-L3", "PREVENT-AWARE"],
            Self::Director => &["SGC-BOARD", "SGC-L1", "SGA-L1", "PREVENT-BASIC"],
            Self::ClinicalDirector => &["SGC-BOARD", "SGC-L2", "SGA-L2", "PREVENT-AWARE"],
        }
    }

    /// What is done first, by those who have a year to reach level 3 for children.
    pub(super) fn before_level_three(self) -> Self {
        match self {
            Self::Children => Self::Clinical,
            Self::ChildrenLead => Self::Lead,
            other => other,
        }
    }
}

/// A post to be filled.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seat {
    /// The post.
    pub post: DemoPost,
    /// What it calls for.
    pub track: Track,
    /// Place of the line manager's seat in the list of seats.
    pub manager: Option<usize>,
    /// The ward's place in the list, so that people of a ward share its habits.
    pub ward: u64,
}

/// The nine staff groups, as the Electronic Staff Record spells them; this one has no clinical duties.
pub(super) const ADMIN: &str = "Administrative and Clerical";
const SUPPORT: &str = "Additional Clinical Services";
const SCIENTIFIC: &str = "Add Prof Scientific and Technic";
const ALLIED: &str = "Allied Health Professionals";
const ESTATES: &str = "Estates and Ancillary";
const SCIENTISTS: &str = "Healthcare Scientists";
const MEDICAL: &str = "Medical and Dental";
/// Nursing and Midwifery Registered.
pub(super) const NURSING: &str = "Nursing and Midwifery Registered";
const STUDENTS: &str = "Students";

/// Whether people of a staff group look after patients.
pub(super) fn is_clinical(group: &str) -> bool {
    group != ADMIN && group != ESTATES
}

/// Where bank shifts are worked from.
pub(super) const BANK: [&str; 3] = ["Corporate", "Workforce", "Staff Bank"];

type TitleAndGroup = (&'static str, &'static str);
/// The place, its leader, its share of the staff, and its jobs, the common ones more than once.
type Ward = ([&'static str; 3], TitleAndGroup, u64, &'static [TitleAndGroup]);

const WARD_JOBS: &[TitleAndGroup] = &[
    ("Staff Nurse", NURSING),
    ("Staff Nurse", NURSING),
    ("Staff Nurse", NURSING),
    ("Senior Staff Nurse", NURSING),
    ("Healthcare Assistant", SUPPORT),
    ("Healthcare Assistant", SUPPORT),
    ("Consultant Physician", MEDICAL),
    ("Specialty Registrar", MEDICAL),
    ("Foundation Doctor Year 1", MEDICAL),
    ("Ward Clerk", ADMIN),
    ("Student Nurse", STUDENTS),
    ("Ward Housekeeper", ESTATES),
];
const THEATRE_JOBS: &[TitleAndGroup] = &[
    ("Theatre Nurse", NURSING),
    ("Operating Department Practitioner", ALLIED),
    ("Operating Department Practitioner", ALLIED),
    ("Consultant Anaesthetist", MEDICAL),
    ("Consultant Surgeon", MEDICAL),
    ("Theatre Support Worker", SUPPORT),
];
const EMERGENCY_JOBS: &[TitleAndGroup] = &[
    ("Emergency Nurse Practitioner", NURSING),
    ("Staff Nurse", NURSING),
    ("Staff Nurse", NURSING),
    ("Consultant in Emergency Medicine", MEDICAL),
    ("Specialty Registrar", MEDICAL),
    ("Healthcare Assistant", SUPPORT),
    ("Emergency Department Receptionist", ADMIN),
];
const CHILDREN_JOBS: &[TitleAndGroup] = &[
    ("Children's Nurse", NURSING),
    ("Children's Nurse", NURSING),
    ("Children's Nurse", NURSING),
    ("Nursery Nurse", SUPPORT),
    ("Play Specialist", SUPPORT),
    ("Consultant Paediatrician", MEDICAL),
    ("Paediatric Registrar", MEDICAL),
    ("Ward Clerk", ADMIN),
    ("Student Children's Nurse", STUDENTS),
];
const MATERNITY_JOBS: &[TitleAndGroup] = &[
    ("Midwife", NURSING),
    ("Midwife", NURSING),
    ("Midwife", NURSING),
    ("Maternity Support Worker", SUPPORT),
    ("Consultant Obstetrician", MEDICAL),
    ("Student Midwife", STUDENTS),
    ("Ward Clerk", ADMIN),
];
const THERAPY_JOBS: &[TitleAndGroup] = &[
    ("Physiotherapist", ALLIED),
    ("Occupational Therapist", ALLIED),
    ("Dietitian", ALLIED),
    ("Speech and Language Therapist", ALLIED),
    ("Therapy Assistant", SUPPORT),
];
const SCIENCE_JOBS: &[TitleAndGroup] = &[
    ("Biomedical Scientist", SCIENTISTS),
    ("Biomedical Scientist", SCIENTISTS),
    ("Clinical Scientist", SCIENTISTS),
    ("Medical Laboratory Assistant", SUPPORT),
];
const PHARMACY_JOBS: &[TitleAndGroup] = &[
    ("Pharmacist", SCIENTIFIC),
    ("Pharmacy Technician", SCIENTIFIC),
    ("Clinical Psychologist", SCIENTIFIC),
    ("Pharmacy Assistant", SUPPORT),
];
const IMAGING_JOBS: &[TitleAndGroup] = &[
    ("Radiographer", ALLIED),
    ("Sonographer", ALLIED),
    ("Consultant Radiologist", MEDICAL),
    ("Receptionist", ADMIN),
];
const OFFICE_JOBS: &[TitleAndGroup] = &[
    ("Administrator", ADMIN),
    ("Administrator", ADMIN),
    ("Medical Secretary", ADMIN),
    ("Analyst", ADMIN),
    ("Finance Officer", ADMIN),
];
const ESTATES_JOBS: &[TitleAndGroup] = &[
    ("Porter", ESTATES),
    ("Domestic Assistant", ESTATES),
    ("Domestic Assistant", ESTATES),
    ("Catering Assistant", ESTATES),
    ("Electrician", ESTATES),
];

const WARDS: &[Ward] = &[
    (["Medicine", "Acute Medicine", "Acute Medical Unit"], ("Ward Manager", NURSING), 8, WARD_JOBS),
    (["Medicine", "Acute Medicine", "Short Stay Ward"], ("Ward Manager", NURSING), 6, WARD_JOBS),
    (["Medicine", "Care of Older People", "Beech Ward"], ("Ward Manager", NURSING), 7, WARD_JOBS),
    (["Medicine", "Care of Older People", "Rowan Ward"], ("Ward Manager", NURSING), 7, WARD_JOBS),
    (["Medicine", "Cardiology", "Coronary Care Unit"], ("Ward Manager", NURSING), 5, WARD_JOBS),
    (["Medicine", "Emergency Care", "Emergency Department"], ("Matron", NURSING), 9, EMERGENCY_JOBS),
    (["Surgery", "General Surgery", "Alder Ward"], ("Ward Manager", NURSING), 7, WARD_JOBS),
    (["Surgery", "Trauma and Orthopaedics", "Willow Ward"], ("Ward Manager", NURSING), 7, WARD_JOBS),
    (["Surgery", "Theatres", "Main Theatres"], ("Theatre Manager", NURSING), 8, THEATRE_JOBS),
    (["Surgery", "Theatres", "Recovery"], ("Recovery Manager", NURSING), 4, THEATRE_JOBS),
    (["Women and Children", "Paediatrics", "Children's Ward"], ("Ward Manager", NURSING), 6, CHILDREN_JOBS),
    (["Women and Children", "Paediatrics", "Children's Outpatients"], ("Matron", NURSING), 3, CHILDREN_JOBS),
    (["Women and Children", "Neonatal", "Neonatal Unit"], ("Ward Manager", NURSING), 4, CHILDREN_JOBS),
    (["Women and Children", "Maternity", "Delivery Suite"], ("Matron", NURSING), 6, MATERNITY_JOBS),
    (
        ["Women and Children", "Maternity", "Community Midwifery"],
        ("Team Leader Midwife", NURSING),
        4,
        MATERNITY_JOBS,
    ),
    (["Clinical Support", "Therapies", "Inpatient Therapies"], ("Therapy Manager", ALLIED), 6, THERAPY_JOBS),
    (
        ["Clinical Support", "Pathology", "Blood Sciences"],
        ("Laboratory Manager", SCIENTISTS),
        5,
        SCIENCE_JOBS,
    ),
    (["Clinical Support", "Pharmacy", "Dispensary"], ("Chief Pharmacist", SCIENTIFIC), 4, PHARMACY_JOBS),
    (["Clinical Support", "Imaging", "Radiology"], ("Radiology Manager", ALLIED), 4, IMAGING_JOBS),
    (["Corporate", "Finance and Information", "Finance Office"], ("Finance Manager", ADMIN), 5, OFFICE_JOBS),
    (["Corporate", "Patient Access", "Booking Office"], ("Patient Access Manager", ADMIN), 6, OFFICE_JOBS),
    (
        ["Estates and Facilities", "Facilities", "Portering and Domestic"],
        ("Facilities Manager", ESTATES),
        9,
        ESTATES_JOBS,
    ),
];

const BOARD_UNIT: [&str; 3] = ["Corporate", "Trust Headquarters", "Board Office"];
const BOARD: &[TitleAndGroup] = &[
    ("Chief Executive", ADMIN),
    ("Chief Nurse and Executive Director", NURSING),
    ("Medical Director", MEDICAL),
    ("Chief Operating Officer and Executive Director", ADMIN),
    ("Director of Finance", ADMIN),
    ("Director of Workforce", ADMIN),
    ("Non-Executive Director", ADMIN),
    ("Non-Executive Director", ADMIN),
];

const SAFEGUARDING_UNIT: [&str; 3] = ["Corporate", "Quality and Nursing", "Safeguarding Team"];
const SAFEGUARDING: &[(TitleAndGroup, Track)] = &[
    (("Named Nurse Safeguarding Children", NURSING), Track::Named),
    (("Named Doctor Safeguarding Children", MEDICAL), Track::Named),
    (("Named Midwife Safeguarding", NURSING), Track::Named),
    (("Designated Doctor Safeguarding Children", MEDICAL), Track::Designated),
    (("Designated Nurse Safeguarding Children", NURSING), Track::Designated),
    (("Safeguarding Administrator", ADMIN), Track::Support),
];

/// How many seats lead: the board, the safeguarding team and one for each ward, first in [`seats`].
pub(super) fn leading() -> usize {
    BOARD.len() + SAFEGUARDING.len() + WARDS.len()
}

/// `count` seats: the board, the safeguarding team, the ward leaders, then everybody else.
pub(super) fn seats(count: usize, dice: &mut Dice) -> Vec<Seat> {
    let mut seats = Vec::with_capacity(count);
    for (place, job) in BOARD.iter().enumerate() {
        let manager = (place > 0).then_some(0);
        let track = if is_clinical(job.1) { Track::ClinicalDirector } else { Track::Director };
        seats.push(Seat { post: post(*job, BOARD_UNIT), track, manager, ward: 1_000 });
    }
    for (job, track) in SAFEGUARDING {
        let seat = Seat { post: post(*job, SAFEGUARDING_UNIT), track: *track, manager: Some(1), ward: 1_001 };
        seats.push(seat);
    }
    let first_leader = seats.len();
    for (ward, (unit, job, _, _)) in (0..).zip(WARDS) {
        let chief = if is_clinical(job.1) { 1 } else { 3 };
        seats.push(Seat { post: post(*job, *unit), track: track(*job, *unit), manager: Some(chief), ward });
    }
    let lots: Vec<usize> = (0..)
        .zip(WARDS)
        .flat_map(|(place, (_, _, share, _))| {
            std::iter::repeat_n(place, usize::try_from(*share).unwrap_or(0))
        })
        .collect();
    while seats.len() < count {
        let place = dice.pick(&lots);
        if let Some((unit, _, _, jobs)) = WARDS.get(place) {
            let job = dice.pick(jobs);
            let manager = Some(first_leader + place);
            let ward = place as u64;
            seats.push(Seat { post: post(job, *unit), track: track(job, *unit), manager, ward });
        }
    }
    seats.truncate(count);
    seats
}

fn post((title, group): TitleAndGroup, unit: [&'static str; 3]) -> DemoPost {
    DemoPost { title, group, unit }
}

/// What a job in a place calls for by the policy that comes with the program. Everybody who works with children is
/// trained to level 3, the ward clerk included; doctors and nurses in charge of a ward or of patients to level 3 for
/// adults.
fn track((title, group): TitleAndGroup, [division, directorate, _]: [&'static str; 3]) -> Track {
    let children = division == "Women and Children" || directorate == "Emergency Care";
    let leads = ["Matron", "Ward Manager", "Consultant"].iter().any(|leader| title.contains(leader));
    match (children, leads) {
        (true, true) => Track::ChildrenLead,
        (true, false) => Track::Children,
        (false, true) => Track::Lead,
        (false, false) if is_clinical(group) => Track::Clinical,
        (false, false) => Track::Support,
    }
}
