#include "app/embedded.h"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "app/master_key.h"
#include "base/uuid.h"
#include "email/capture_transport.h"
#include "email/smtp_transport.h"

namespace voyages::app {

namespace {

// Readiness means that a write would be durable, so it writes.
health::Dependency store_dependency(store::Table& table, const Clock& clock) {
  return {"store", [&table, &clock] {
            const auto now = clock.now();
            const store::Write write = store::Put{
                {{"HEALTH", "PROBE"}, {{"checked_at", to_ms(now)}}, std::nullopt, now + std::chrono::minutes(1)}};
            (void)table.write({&write, 1});  // without conditions it cannot be refused
          }};
}

health::Dependency disk_dependency(const std::filesystem::path& data) {
  return {"disk", [data] {
            constexpr std::uintmax_t least_bytes = 64 << 20;
            if (std::filesystem::space(data).available < least_bytes) {
              throw std::runtime_error("less than 64 MB are free where the data is");
            }
          }};
}

// By SMTP where a server is configured; else mails are captured, for a person to read.
std::unique_ptr<email::Transport> make_transport(const Config& config, email::CapturedMails& captured_mails,
                                                 Logger& log) {
  if (config.smtp_url.empty()) return std::make_unique<email::CaptureTransport>(captured_mails, log);
  // Checked when the configuration was read.
  return std::make_unique<email::SmtpTransport>(email::parse_smtp_url(config.smtp_url.expose()).value());
}

}  // namespace

Embedded::Embedded(const Config& config, store::sqlite::Access access, LogLevel log_level)
    : log_(log_level, STDERR_FILENO),
      database_(config.data, access),
      master_key_(load_master_key(config)),
      table_(database_, clock_),
      queue_(database_, clock_),
      blobs_(config.data / "blobs"),
      captured_mails_(config.data / "mail"),
      transport_(make_transport(config, captured_mails_, log_)),
      app_(config,
           {table_, queue_, blobs_, *transport_, master_key_, clock_, log_, metrics_,
            config.smtp_url.empty() ? &captured_mails_ : nullptr,
            access == store::sqlite::Access::exclusive ? clock_.now() : Time()},
           {store_dependency(table_, clock_), disk_dependency(config.data)}) {}

}  // namespace voyages::app
