#include "email/capture_transport.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace voyages::email {

namespace {

void write_private_file(const std::filesystem::path& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) throw std::system_error(errno, std::generic_category(), "cannot write " + path.string());
  const auto written = ::write(file, text.data(), text.size());
  const int error = written == static_cast<ssize_t>(text.size()) ? 0 : (written < 0 ? errno : ENOSPC);
  ::close(file);
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot write " + path.string());
}

}  // namespace

CaptureTransport::CaptureTransport(std::filesystem::path directory, Logger& log)
    : directory_(std::move(directory)), log_(log) {}

Answer CaptureTransport::send(std::string_view mail_id, const Message& message) {
  std::filesystem::create_directories(directory_);
  std::filesystem::permissions(directory_, std::filesystem::perms::owner_all);
  const std::string text =
      "To: " + message.to.address + "\nTemplate: " + message.content.subject + "\n\n" + message.content.text;
  const auto path = directory_ / (std::string(mail_id) + ".txt");
  write_private_file(path, text);
  log_.info("mail captured, since no mail server is configured",
            {{"template", message.content.subject}, {"file", path.native()}});
  return {};
}

}  // namespace voyages::email
