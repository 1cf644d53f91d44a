#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace voyages::bench {

/// The mail service in this process, on a data folder of its own that is made anew. Rates are mails per second.

/// 64 threads queue mails to addresses that are all different; each waits until its mail is durable.
double measure_mail_queueing(const std::filesystem::path& data);
/// The rows of queued mails, written in transactions of `group` mails by one plain SQLite connection.
double measure_mail_rows(const std::filesystem::path& data, int group);
/// Four workers send queued mails through a transport that takes each at once.
double measure_mail_delivery(const std::filesystem::path& data);

/// Makes a data folder with an owner, `seeded_email(0)` and `seeded_password`, and so many mails that are due.
void seed_mails(const std::filesystem::path& data, std::uint64_t count);
/// Adds as many to the data folder of a server that does not run.
void add_mails(const std::filesystem::path& data, std::uint64_t count);

/// The body of a request that queues a mail to an address of its own.
std::string next_mail_body();

}  // namespace voyages::bench
