#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"
#include "store/queue.h"
#include "store/table.h"

/// Work that must not be lost: an item that says what is to be done is written in the same transaction as its reason,
/// then queued. It stands in an index by the time when somebody should look whether it was lost in between; a janitor
/// queues it again then.
namespace voyages::store {

/// What is queued reaches a worker within this time, or it was lost.
inline constexpr std::chrono::minutes lost_after{2};

/// Makes the item pending, to be looked at then: the attribute `look_at` and a place in the index, where `id` tells
/// apart what is due at the same time.
void set_pending(Item& item, std::string_view index, std::string_view id, Time look_at);
/// Makes it pending no more: a worker has it, and the queue repeats what fails.
void clear_pending(Item& item);

/// Queues recorded work by `send`, once its transaction has happened. Never throws: what the caller did is done, and
/// what the queue does not take is logged, and queued later by `queue_lost`.
void try_to_queue(Logger& log, std::string_view kind, std::string_view id, const std::function<void()>& send);

/// Queues what is to be looked at by now, some ten thousand at most, as the message that `message_of` makes of each,
/// and looks at it again an hour later. Returns how many there were. Some may be in the queue already, which does no
/// harm: workers are idempotent.
std::size_t queue_lost(Table& table, Queue& queue, std::string_view index, Time now,
                       const std::function<NewMessage(const Item&)>& message_of);

}  // namespace voyages::store
