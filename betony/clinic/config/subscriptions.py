"""Who listens to what: event class to the names of the jobs that are queued for it."""

from collections.abc import Mapping, Sequence

from betony.clinic.accounts import events as accounts_events
from betony.clinic.patients import events as patients_events
from betony.clinic.prescriptions import events as prescriptions_events

SUBSCRIPTIONS: Mapping[type, Sequence[str]] = {
    accounts_events.MembershipDeactivated: ["practice.end_delegations", "prescriptions.disconnect_member"],
    patients_events.PatientSaved: ["prescriptions.match_patient"],
    patients_events.PatientsMerged: ["prescriptions.go_on_after_merge"],
    patients_events.MergeUndone: ["prescriptions.go_on_after_merge"],
    prescriptions_events.DispensaryConnected: [
        "prescriptions.learn_after_connection",
        "prescriptions.match_all",
        "prescriptions.send_after_connection",
        "workspace.settle_connected",
    ],
    prescriptions_events.PatientLinked: ["prescriptions.import_patient", "prescriptions.send_after_link"],
    prescriptions_events.PrescriptionNotSent: ["workspace.notice_prescription_not_sent"],
    prescriptions_events.PrescriptionChangeNotSent: ["workspace.notice_change_not_sent"],
    prescriptions_events.PrescriptionTakenBack: ["workspace.notice_taken_back"],
    prescriptions_events.PrescriptionMovedOn: ["workspace.settle_prescription"],
    prescriptions_events.LinkQuestionAsked: ["workspace.notice_question"],
    prescriptions_events.LinkQuestionAnswered: ["workspace.settle_questions"],
    prescriptions_events.ConnectionBroke: ["workspace.notice_connection_broke"],
    prescriptions_events.ConnectionEnded: ["workspace.settle_connection"],
    prescriptions_events.NobodyConnected: ["workspace.notice_nobody_connected"],
}
