#pragma once

#include "app/config.h"
#include "part/setting.h"

/// The settings whose values have a form of their own.
namespace voyages::app {

/// `listen`.
part::Setting listen();
/// `metrics_listen`.
part::Setting metrics_listen();
/// `data`.
part::Setting data();
/// `public_url`.
part::Setting public_url();
/// `max_body`.
part::Setting max_body();
/// `master_key`.
part::Setting master_key();
/// `product_name`.
part::Setting product_name();

}  // namespace voyages::app
