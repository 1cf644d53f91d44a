#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "store/queue.h"
#include "store/table.h"

/// When a user is deleted every part forgets what it has of that user. That is to be done is noted in the table before
/// anything is removed, then queued; what is lost between the two, a janitor queues again.
namespace voyages::part {

/// A user that is being deleted. What a part removes may be gone already: it may be told more than once.
struct DeletedUser {
  std::string id;
  std::vector<std::string> addresses;  // normalised: the account's, and the one that it asked to move to
  Time deleted_at{};                   // what a later owner of an address gets is not meant
};

/// The queue's kind of this work; the body is the user's id.
inline constexpr std::string_view forget_user = "users.forget";

/// The note: `DELETED#<user>`/`PENDING`.
store::Put deletion_note(const DeletedUser& user);
/// Queues the work, once the note is written. Never throws: the janitor does it otherwise.
void queue_deletion(store::Queue& queue, Logger& log, std::string_view user_id);

/// What the note says, or nothing when all is done.
std::optional<DeletedUser> find_deletion(store::Table& table, std::string_view user_id);
/// Every part has forgotten the user.
void remove_deletion_note(store::Table& table, std::string_view user_id);
/// Queues what should long have been done. Returns how many.
std::size_t queue_lost_deletions(store::Table& table, store::Queue& queue, Time now);

}  // namespace voyages::part
