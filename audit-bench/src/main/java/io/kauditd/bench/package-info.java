// SPDX-License-Identifier: Apache-2.0
/** Measurements against what a user would pick instead. */
@org.jspecify.annotations.NullMarked
package io.kauditd.bench;
