// SPDX-License-Identifier: Apache-2.0
/** The engine as a part of a Spring Boot application, configured by {@code kauditd.*}. */
package io.kauditd.spring;
