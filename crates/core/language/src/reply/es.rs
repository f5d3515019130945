//! Replies in Spanish.

use super::{Kind, Words};

pub(super) const WORDS: Words = Words {
    greeting: "Hola {name}:",
    greeting_nameless: "Hola:",
    closing: "Un cordial saludo\nSu servicio de atención al cliente",
    refund_settled: "Le hemos reembolsado {amount} por su pedido{order}. El dinero vuelve por el mismo \
         medio con el que pagó; con algunos bancos tarda unos días laborables.",
    body,
};

fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::InTransit => {
            "Su pedido{order} está en camino. Puede seguirlo con el enlace de su correo de \
             envío. Si no se mueve durante varios días, escríbanos y preguntaremos al \
             transportista."
        }
        Kind::Delivered => {
            "El transportista nos indica que su pedido{order} fue entregado. Mire por favor \
             en el buzón, con los vecinos y en la portería. Si no está allí, responda a este \
             mensaje y lo investigaremos."
        }
        Kind::Delayed => {
            "Su pedido{order} llega más tarde de lo previsto y lo sentimos. No se ha perdido; \
             el transportista se está ocupando. Estaremos pendientes de él."
        }
        Kind::NotShippedYet => {
            "Su pedido{order} todavía no se ha enviado. Recibirá un correo con el enlace de \
             seguimiento en cuanto salga de nuestro almacén."
        }
        Kind::RefundProcessing => {
            "El reembolso de su pedido{order} se está tramitando. Le escribiremos en cuanto \
             se complete. No tiene que hacer nada más."
        }
        Kind::RefundOutsidePolicy => {
            "Hemos revisado su pedido{order}. Lamentablemente no es posible un reembolso, \
             porque no se cumplen las condiciones de nuestra política de reembolsos. Si cree \
             que se nos ha escapado algo, responda a este mensaje y lo leerá una persona."
        }
        Kind::AlreadyRefunded => {
            "Su pedido{order} ya fue reembolsado, por lo que no podemos reembolsarlo otra \
             vez. Con algunos bancos pasan unos días laborables hasta que se ve el dinero."
        }
        Kind::PhotoNeeded => {
            "Sentimos que haya un problema con su pedido{order}. Envíenos por favor en su \
             respuesta una foto del artículo y del embalaje para que podamos ayudarle \
             rápidamente."
        }
        Kind::HandedToPerson => {
            "Gracias por su mensaje sobre su pedido{order}. Una persona de nuestro equipo lo \
             revisará y le responderá."
        }
        Kind::ReturnInstructions => {
            "Puede devolver su pedido{order}. Embale bien los artículos, incluya el albarán y \
             utilice la etiqueta de devolución de nuestra página web. En cuanto el paquete \
             llegue y lo hayamos revisado, le escribiremos."
        }
        Kind::Cancelled => "Su pedido{order} ha sido cancelado. No se enviará.",
        Kind::AddressFixed => {
            "La dirección de su pedido{order} ya no se puede cambiar, porque el paquete se \
             está preparando o está en camino. Con el enlace de seguimiento puede pedir al \
             transportista que lo desvíe."
        }
        Kind::Thanks => {
            "Muchas gracias por sus amables palabras. Nos alegra haber podido ayudar. Si \
             necesita algo más, escríbanos."
        }
    }
}
