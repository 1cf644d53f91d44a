#include "part/deleted_user.h"

#include <fmt/format.h>

namespace voyages::part {

namespace {

constexpr std::string_view pending_index = "DELETIONS";
constexpr auto lost_after = std::chrono::minutes(2);
// What the queue gave up is a fault that a person has to mend first.
constexpr auto look_again_after = std::chrono::days(1);

store::Key note_key(std::string_view user_id) { return {"DELETED#" + std::string(user_id), "PENDING"}; }

std::string looked_at_before(Time time) { return fmt::format("{:015}", to_ms(time)); }

store::IndexKey look_at(std::string_view user_id, Time time) {
  return {std::string(pending_index), looked_at_before(time) + '#' + std::string(user_id)};
}

}  // namespace

store::Put deletion_note(const DeletedUser& user) {
  return {{note_key(user.id),
           {{"user_id", user.id}, {"addresses", user.addresses}, {"deleted_at", to_ms(user.deleted_at)}},
           look_at(user.id, user.deleted_at + lost_after)}};
}

void queue_deletion(store::Queue& queue, Logger& log, std::string_view user_id) {
  try {
    queue.send(forget_user, user_id);
  } catch (const std::exception& exception) {
    log.warn("what a deleted user left was not queued to be removed; it will be in some minutes",
             {{"user", user_id}, {"error", exception.what()}});
  }
}

std::optional<DeletedUser> find_deletion(store::Table& table, std::string_view user_id) {
  const auto note = store::get(table, note_key(user_id));
  if (!note) return std::nullopt;
  return DeletedUser{std::string(note->text("user_id")), note->list("addresses"), from_ms(note->number("deleted_at"))};
}

void remove_deletion_note(store::Table& table, std::string_view user_id) {
  const store::Write write = store::Delete{note_key(user_id)};
  (void)table.write({&write, 1});  // without conditions it cannot be refused
}

std::size_t queue_lost_deletions(store::Table& table, store::Queue& queue, Time now) {
  std::size_t count = 0;
  store::Query query{.source = store::Query::Source::index,
                     .pk = std::string(pending_index),
                     .sk_to = looked_at_before(now),
                     .limit = 100};
  do {
    const auto page = table.query(query);
    for (const auto& note : page.items) {
      const auto user_id = note.text("user_id");
      queue.send(forget_user, user_id);
      const store::Write write = store::Update{
          .key = note.key, .index = look_at(user_id, now + look_again_after), .conditions = {store::item_exists()}};
      (void)table.write({&write, 1});  // refused when a worker has just done it
      ++count;
    }
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  return count;
}

}  // namespace voyages::part
