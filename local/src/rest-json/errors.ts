/** An error that the service answers with: its name and members are those of AWS's API model. */
export class ServiceError extends Error {
  /**
   * @param name the error's name in the API model
   * @param message what was given, what is allowed, what to do next
   * @param members further members; those that the error's shape does not have are left out of the answer
   */
  constructor(public readonly name: string, message: string, public readonly members: Readonly<Record<string, unknown>> = {}) {
    super(message);
  }
}

/** 403: the caller may not do this. */
export class AccessDeniedError extends ServiceError {
  constructor(message: string, members?: Readonly<Record<string, unknown>>) { super('AccessDeniedException', message, members); }
}

/** 400 or 409: the resource is not in a state that allows this. */
export class ConflictError extends ServiceError {
  constructor(message: string, members?: Readonly<Record<string, unknown>>) { super('ConflictException', message, members); }
}

/** 404: no such resource. */
export class ResourceNotFoundError extends ServiceError {
  constructor(message: string, members?: Readonly<Record<string, unknown>>) { super('ResourceNotFoundException', message, members); }
}

/** 400: the request breaks a constraint. */
export class ValidationError extends ServiceError {
  constructor(message: string, members?: Readonly<Record<string, unknown>>) { super('ValidationException', message, members); }
}

/** 400: the request is not what the protocol says. */
export class SerializationError extends ServiceError {
  constructor(message: string) { super('SerializationException', message); }
}
