// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.MulticastListener;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The multicast listeners: they are shown each record once, when it leaves the main queue, before
 * it is sent. Follows kauditd_send_multicast_skb().
 */
final class Listeners {
  private final CopyOnWriteArrayList<Registration> registrations = new CopyOnWriteArrayList<>();
  private final ForeignCode foreign;

  Listeners(ForeignCode foreign) {
    this.foreign = foreign;
  }

  /** Adds a listener. Any thread. */
  void add(MulticastListener listener) {
    registrations.add(new Registration(listener, Thread.currentThread().getContextClassLoader()));
  }

  /** Removes a listener, once. Any thread. */
  @SuppressWarnings("ReferenceEquality") // a listener is itself; its equals is plug-in code
  void remove(MulticastListener listener) {
    for (Registration registration : registrations) {
      if (registration.listener == listener && registrations.remove(registration)) {
        return;
      }
    }
  }

  /** Shows a record to all. Called by the owner alone, outside every call of a transport. */
  void show(AuditRecord record) {
    if (registrations.isEmpty()) {
      return; // the usual case, without an iterator
    }
    Thread thread = Thread.currentThread();
    ClassLoader own = thread.getContextClassLoader();
    for (Registration registration : registrations) {
      useLoader(thread, registration.loader);
      MulticastListener listener = registration.listener;
      foreign.call(listener, "onRecord", () -> listener.onRecord(record));
    }
    useLoader(thread, own);
  }

  @SuppressWarnings("ReferenceEquality") // a class loader is itself and no other
  private static void useLoader(Thread thread, ClassLoader loader) {
    if (thread.getContextClassLoader() != loader) {
      thread.setContextClassLoader(loader);
    }
  }

  /** A listener, and the class loader of the thread that added it. Not a record: it is itself. */
  private static final class Registration {
    final MulticastListener listener;
    final ClassLoader loader;

    Registration(MulticastListener listener, ClassLoader loader) {
      this.listener = listener;
      this.loader = loader;
    }
  }
}
