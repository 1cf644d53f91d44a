#pragma once

#include <string_view>

#include "store/item_kind.h"

/// The keys of everything that mail keeps in the table.
namespace voyages::email::table_keys {

inline constexpr std::string_view mail = "MAIL#";
inline constexpr std::string_view caller = "MAIL#CALLER#";
inline constexpr std::string_view idempotency = "MAIL#KEY#";
inline constexpr std::string_view suppressed = "MAIL#SUPPRESSED#";
inline constexpr std::string_view recipient = "MAIL#TO#";

/// Sort keys.
inline constexpr std::string_view mail_item = "MAIL";
inline constexpr std::string_view rate = "RATE#";
inline constexpr std::string_view soft_bounces = "SOFT";
inline constexpr std::string_view soft_bounce = "SOFT#";

/// Partitions of the index. Mails are listed under `MAIL#` and their status.
inline constexpr std::string_view outbox = "OUTBOX";
inline constexpr std::string_view suppressions = "SUPPRESSED";

inline constexpr store::ItemKind all[] = {
    {mail, "<mail_id>", mail_item, "", mail, "A mail and what happened to it."},
    {recipient, "<address>", "", "<mail_id>", outbox, "A mail to this address; in the index until it is final."},
    {caller, "<caller>", rate, "<hour>", "", "Mails that a caller has queued within the hour."},
    {idempotency, "<caller>", "", "<hash>", "", "The mail that was queued under an idempotency key."},
    {suppressed, "<address>", "TRANSACTIONAL", "", suppressions, "An address that gets no transactional mail."},
    {suppressed, "<address>", "BULK", "", suppressions, "An address that gets no bulk mail."},
    {suppressed, "<address>", soft_bounces, "", "", "Mails to this address that were given up."},
    {suppressed, "<address>", soft_bounce, "<event>", "", "One that is counted."},
};

}  // namespace voyages::email::table_keys
