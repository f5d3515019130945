//! The carriers' words for where a parcel is, as 17TRACK normalises them.
//!
//! Wire facts: the main and sub statuses of 17TRACK's tracking API, version 2.

use serde::{Deserialize, Serialize};

use super::super::raw_word;

/// Where a parcel is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum State {
    /// The carrier has no word of it.
    NotSeen,
    /// Announced to the carrier, not handed over.
    Announced,
    /// On its way.
    Moving,
    /// Nothing was heard for so long that the tracker stopped asking. Not final: a late scan revives it.
    Expired,
    /// Something went wrong on the way; it may go on.
    Exception,
    /// A delivery was tried in vain.
    Failed,
    /// On its last way.
    OutForDelivery,
    /// Waits for the customer.
    AwaitsPickup,
    /// A word that this build does not know. It is not guessed at.
    Unknown {
        /// The vendor's word, cut short.
        raw: String,
    },
    /// On its way back.
    ComingBack,
    /// Back at the sender.
    Returned,
    /// The carrier says that it is lost or destroyed.
    Lost,
    /// Delivered, says the carrier.
    Delivered,
}

impl State {
    /// A main and a sub status. An unknown sub status of a known status does not matter.
    pub fn from_raw(status: &str, sub_status: Option<&str>) -> Self {
        match status.trim() {
            "NotFound" => Self::NotSeen,
            "InfoReceived" => Self::Announced,
            "InTransit" => Self::Moving,
            "Expired" => Self::Expired,
            "AvailableForPickup" => Self::AwaitsPickup,
            "OutForDelivery" => Self::OutForDelivery,
            "DeliveryFailure" => Self::Failed,
            "Delivered" => Self::Delivered,
            "Exception" => match sub_status.map_or("", str::trim) {
                "Exception_Returning" => Self::ComingBack,
                "Exception_Returned" => Self::Returned,
                "Exception_Lost" | "Exception_Destroyed" => Self::Lost,
                _ => Self::Exception,
            },
            _ => Self::Unknown {
                raw: raw_word(status),
            },
        }
    }

    /// How far along the way it is, for those that lie on it.
    pub(super) fn stage(&self) -> Option<u8> {
        match self {
            Self::NotSeen => Some(0),
            Self::Announced => Some(1),
            Self::Moving => Some(2),
            Self::OutForDelivery | Self::AwaitsPickup => Some(3),
            Self::Delivered => Some(4),
            Self::Expired
            | Self::Exception
            | Self::Failed
            | Self::Unknown { .. }
            | Self::ComingBack
            | Self::Returned
            | Self::Lost => None,
        }
    }
}

/// Whether a sub status is one of those that are documented; the others are reported.
pub(super) fn is_known_sub(sub_status: &str) -> bool {
    let known = |main: &str, subs: &[&str]| {
        let rest = sub_status.trim().strip_prefix(main);
        rest.and_then(|rest| rest.strip_prefix('_'))
            .is_some_and(|sub| sub == "Other" || subs.contains(&sub))
    };
    known("NotFound", &["InvalidCode"])
        || known("InfoReceived", &[])
        || known(
            "InTransit",
            &[
                "PickedUp",
                "Departure",
                "Arrival",
                "CustomsProcessing",
                "CustomsReleased",
                "CustomsRequiringInformation",
            ],
        )
        || known("Expired", &[])
        || known("AvailableForPickup", &[])
        || known("OutForDelivery", &[])
        || known(
            "DeliveryFailure",
            &["NoBody", "Security", "Rejected", "InvalidAddress"],
        )
        || known("Delivered", &[])
        || known(
            "Exception",
            &[
                "Returning",
                "Returned",
                "NoBody",
                "Security",
                "Damage",
                "Rejected",
                "Delayed",
                "Lost",
                "Destroyed",
                "Cancel",
            ],
        )
        || sub_status.trim() == "InfoReceived"
}
