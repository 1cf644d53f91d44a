#pragma once

#include <filesystem>
#include <string>

#include "app/settings.h"

/// The settings whose values have a form of their own.
namespace voyages::app {

/// `listen`.
Setting listen();
/// `metrics_listen`.
Setting metrics_listen();
/// `data`.
Setting data();
/// `public_url`.
Setting public_url();
/// `max_body`.
Setting max_body();
/// `master_key`.
Setting master_key();
/// `smtp_url`.
Setting smtp_url();
/// `product_name`.
Setting product_name();

/// A mailbox, or nothing.
Setting mailbox(std::string name, email::Mailbox Config::* field, std::string explanation);

/// The path of a file or a directory, or nothing.
Setting path(std::string name, std::filesystem::path Config::* field, std::string valid, std::string explanation);

}  // namespace voyages::app
