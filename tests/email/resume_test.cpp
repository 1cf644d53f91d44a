#include "base/unavailable.h"
#include "email/deliver.h"
#include "tests/email/mail_room.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using email::Status;

class Resume : public MailRoom {
 protected:
  // What a worker leaves behind that died in the middle of a try.
  std::string leave_sending() {
    const auto id = queue_mail();
    auto record = find(id);
    record.status = Status::sending;
    record.attempts = 1;
    record.add_event(clock_.now(), "trying");
    const store::Write write = store::Put{email::to_item(record, clock_.now())};
    EXPECT_TRUE(table_.write({&write, 1}));
    return id;
  }
};

TEST_F(Resume, TakesAMailAtOnceFromAWorkerOfAProcessThatIsGone) {
  const auto id = leave_sending();
  clock_.advance(1s);
  emails_.workers_since = clock_.now();
  email::deliver(emails_, id, clock_.now());
  EXPECT_EQ(events(id), (std::vector<std::string>{"queued", "trying", "resumed", "trying", "accepted"}));
}

TEST_F(Resume, WaitsForAWorkerOfThisProcess) {
  emails_.workers_since = clock_.now();
  const auto id = leave_sending();
  clock_.advance(1s);
  EXPECT_THROW(email::deliver(emails_, id, clock_.now()), Unavailable);
  EXPECT_TRUE(transport_.tried.empty());
}

}  // namespace
}  // namespace voyages::tests
