#include "app/mail_fitting.h"

#include <optional>

#include "app/amazon.h"
#include "aws/ses/feedback.h"
#include "aws/ses/transport.h"
#include "email/capture_transport.h"
#include "email/outlet_options.h"
#include "email/part.h"
#include "email/smtp_transport.h"

namespace voyages::app {

namespace {

using email::OutletOptions;

bool leaves_by_ses(const Config& config) { return config.of<OutletOptions>().way == OutletOptions::Way::ses; }

std::unique_ptr<email::Transport> smtp_transport(const Config& config) {
  // Checked when the configuration was read.
  auto options = email::parse_smtp_url(config.of<OutletOptions>().smtp_url.expose()).value();
  options.hello_name = config.public_host();
  return std::make_unique<email::SmtpTransport>(std::move(options));
}

struct FittedMail {
  std::optional<email::CapturedMails> captured_mails{};
  std::unique_ptr<email::Transport> transport{};
  std::optional<email::Outlet> outlet{};
};

std::shared_ptr<void> install_mail(const Site& site, part::Offers& offers) {
  const auto& options = site.config.of<OutletOptions>();
  auto fitted = std::make_shared<FittedMail>();
  if (leaves_by_ses(site.config)) {
    fitted->transport = std::make_unique<aws::ses::SesTransport>(
        site.amazon->client(), aws::ses::TransportOptions{.configuration_set = options.ses_configuration_set});
  } else if (options.captures()) {
    fitted->captured_mails.emplace(site.config.data / "mail");
    fitted->transport = std::make_unique<email::CaptureTransport>(*fitted->captured_mails, site.log);
  } else {
    fitted->transport = smtp_transport(site.config);
  }
  auto& outlet = fitted->outlet.emplace(email::Outlet{.transport = *fitted->transport});
  if (fitted->captured_mails) outlet.captured_mails = &*fitted->captured_mails;
  if (leaves_by_ses(site.config)) outlet.read_feedback = aws::ses::parse_feedback;
  offers.add(outlet);
  return fitted;
}

}  // namespace

Fitting mail_fitting() {
  return {.is_on_amazon = leaves_by_ses,
          .uses_data_directory = [](const Config& config) { return config.of<OutletOptions>().captures(); },
          .install = install_mail};
}

}  // namespace voyages::app
