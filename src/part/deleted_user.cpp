#include "part/deleted_user.h"

#include "part/table_keys.h"
#include "store/pending.h"

namespace voyages::part {

namespace {

store::Key note_key(std::string_view user_id) {
  return {store::key_part(table_keys::deleted, user_id), std::string(table_keys::pending)};
}

}  // namespace

store::Put deletion_note(const DeletedUser& user) {
  store::Item note{note_key(user.id),
                   {{"user_id", user.id}, {"addresses", user.addresses}, {"deleted_at", to_ms(user.deleted_at)}}};
  store::set_pending(note, table_keys::deletions, user.id, user.deleted_at + store::lost_after);
  return {std::move(note)};
}

void queue_deletion(store::Queue& queue, Logger& log, std::string_view user_id) {
  store::try_to_queue(log, forget_user, user_id, [&] { queue.send(forget_user, user_id); });
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
  return store::queue_lost(table, queue, table_keys::deletions, now, [](const store::Item& note) {
    return store::NewMessage{std::string(forget_user), std::string(note.text("user_id"))};
  });
}

}  // namespace voyages::part
